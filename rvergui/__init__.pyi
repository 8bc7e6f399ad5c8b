from rvergui.api import CheckReport as CheckReport
from rvergui.api import Finding as Finding
from rvergui.api import Found as Found
from rvergui.api import Item as Item
from rvergui.api import Model as Model
from rvergui.api import Photo as Photo
from rvergui.api import PredictReport as PredictReport
from rvergui.api import Project as Project
from rvergui.api import ProjectPhoto as ProjectPhoto
from rvergui.api import RverError as RverError
from rvergui.api import Segmenter as Segmenter
from rvergui.api import Suggestion as Suggestion
from rvergui.api import create_project as create_project
from rvergui.api import load_model as load_model
from rvergui.api import load_photo as load_photo
from rvergui.api import load_segmenter as load_segmenter
from rvergui.api import open_project as open_project
from rvergui.api import predict as predict
from rvergui.api import validate as validate
from rvergui.api import views as views

__version__: str
